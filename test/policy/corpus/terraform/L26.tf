resource "aws_db_instance" "cell_2" {
  identifier        = "cell-2-postgres"
  engine            = "postgres"
  instance_class    = "db.t4g.medium"
  allocated_storage = 20
  username          = "app"
}

resource "aws_db_instance" "cell_1" {
  identifier          = "cell-1-postgres-replica"
  instance_class      = "db.t4g.medium"
  replicate_source_db = aws_db_instance.cell_2.arn
}
