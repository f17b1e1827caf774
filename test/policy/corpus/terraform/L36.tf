resource "aws_vpc" "cell_1" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc" "cell_2" {
  cidr_block = "10.2.0.0/16"
}

resource "aws_vpc_endpoint_service" "cell_2" {
  acceptance_required        = false
  network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/cell-2/0123456789abcdef"]
  allowed_principals         = ["arn:aws:iam::123456789012:root"]
}

resource "aws_vpc_endpoint" "cell_1" {
  vpc_id            = aws_vpc.cell_1.id
  vpc_endpoint_type = "Interface"
  service_name      = aws_vpc_endpoint_service.cell_2.service_name
}
