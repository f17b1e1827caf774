resource "aws_sqs_queue" "cell_1" {
  name   = "cell-1"
  region = "us-east-1"
}
