resource "aws_vpc" "cell_1" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc" "cell_2" {
  cidr_block = "10.2.0.0/16"
}

resource "aws_sqs_queue" "cell_1" {
  name       = "cell-1"
  depends_on = [aws_vpc.cell_2]
}
