resource "aws_vpc" "cell_1" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc" "cell_2" {
  cidr_block = "10.2.0.0/16"
}

resource "aws_vpc_peering_connection" "cell_1" {
  vpc_id      = aws_vpc.cell_1.id
  peer_vpc_id = aws_vpc.cell_2.id
}

resource "aws_route_table" "cell_1" {
  vpc_id = aws_vpc.cell_1.id
}

resource "aws_route" "cell_1" {
  route_table_id            = aws_route_table.cell_1.id
  destination_cidr_block    = "192.0.2.0/24"
  vpc_peering_connection_id = aws_vpc_peering_connection.cell_1.id
}
