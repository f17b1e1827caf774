resource "aws_lambda_function" "router" {
  function_name = "router"
  role          = "arn:aws:iam::123456789012:role/cell-1-worker"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"

  environment {
    variables = {
      CELL_1 = "cell-1.cells.example.com"
      CELL_2 = "cell-2.cells.example.com"
    }
  }
}
