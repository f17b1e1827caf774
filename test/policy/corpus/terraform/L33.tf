data "terraform_remote_state" "cell_2" {
  backend = "s3"

  config = {
    bucket = "states"
    key    = "cell-2"
    region = "eu-west-1"
  }
}

resource "aws_lambda_function" "cell_1" {
  function_name = "cell-1-worker"
  role          = "arn:aws:iam::123456789012:role/cell-1-worker"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"

  environment {
    variables = {
      DB_HOST = data.terraform_remote_state.cell_2.outputs.postgres_host
    }
  }
}
