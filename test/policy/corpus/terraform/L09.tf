resource "aws_vpc" "cell_1" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc" "cell_2" {
  cidr_block = "10.2.0.0/16"
}

resource "aws_route53_zone" "cell_1" {
  name = "cell-1.internal"

  vpc {
    vpc_id = aws_vpc.cell_1.id
  }

  vpc {
    vpc_id = aws_vpc.cell_2.id
  }
}
