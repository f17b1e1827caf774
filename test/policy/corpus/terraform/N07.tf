resource "aws_sqs_queue" "cell_1" {
  name = "cell-1"
  tags = { note = "split from cell-2 in May" }
}
