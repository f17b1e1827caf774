resource "aws_ssm_parameter" "shared" {
  name  = "/shared/cache"
  type  = "String"
  value = "redis-cell-2-0.internal"
}

resource "aws_lambda_function" "cell_1" {
  function_name = "cell-1-worker"
  role          = "arn:aws:iam::123456789012:role/cell-1-worker"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"

  environment {
    variables = {
      CACHE = aws_ssm_parameter.shared.value
    }
  }
}
