data "aws_vpc" "of_cell_2" {
  tags = { Name = "cell-2" }
}

resource "aws_vpc" "cell_1" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc_peering_connection" "cell_1" {
  vpc_id      = aws_vpc.cell_1.id
  peer_vpc_id = data.aws_vpc.of_cell_2.id
}
