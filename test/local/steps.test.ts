import { describe, expect, it, vi } from "vitest";

import { UserError } from "../../contract/user-error";
import { runSteps, type Step } from "../../local/steps";

const step = (title: string, run: Step<object>["run"]): Step<object> => ({ title, run });
const failing = (title: string, error: Error): Step<object> => step(title, () => Promise.reject(error));

describe("steps that run side by side", () => {
  it("report all mistakes of the user in one message, and no later step runs", async () => {
    const later = vi.fn(() => Promise.resolve());
    const steps = [[failing("a", new UserError("no Go")), failing("b", new UserError("no Python"))], step("c", later)];
    const failure = await runSteps(steps, {}, { quiet: true }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).message).toBe("no Go\nno Python");
    expect(later).not.toHaveBeenCalled();
  });

  it("throw an error of another kind as it is", async () => {
    const defect = new TypeError("a defect");
    const steps = [[failing("a", new UserError("no Go")), failing("b", defect)]];
    await expect(runSteps(steps, {}, { quiet: true })).rejects.toBe(defect);
  });
});
