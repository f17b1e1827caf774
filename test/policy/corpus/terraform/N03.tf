resource "aws_vpc" "cell_1" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc" "cell_2" {
  cidr_block = "10.2.0.0/16"
}

resource "aws_security_group" "cell_1" {
  name        = "cell-1"
  description = "Cell 1"
  vpc_id      = aws_vpc.cell_1.id
}

resource "aws_vpc_security_group_ingress_rule" "cell_1" {
  description       = "Cell 1"
  security_group_id = aws_security_group.cell_1.id
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = "10.1.3.0/24"
}
