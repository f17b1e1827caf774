resource "aws_backup_plan" "cell_1" {
  name = "cell-1"

  rule {
    rule_name         = "daily"
    target_vault_name = "cell-1"

    copy_action {
      destination_vault_arn = "arn:aws:backup:us-east-1:123456789012:backup-vault:cell-1-copy"
    }
  }
}
