resource "aws_lambda_function" "cell_1" {
  function_name = "cell-1-worker"
  role          = "arn:aws:iam::123456789012:role/cell-1-worker"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"

  environment {
    variables = {
      DB_HOST = "postgres-cell-1-primary.internal"
    }
  }
}
