resource "aws_route53_record" "cell_1" {
  zone_id = "Z0000000000000000001"
  name    = "database.cell-1.internal"
  type    = "CNAME"
  ttl     = 60
  records = ["postgres-cell-2-primary.internal"]
}
