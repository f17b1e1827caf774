resource "aws_iam_role_policy" "cell_1" {
  name = "cell-1"
  role = "cell-1-worker"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "rds-db:connect", Resource = "arn:aws:rds-db:eu-west-1:123456789012:dbuser:*/*" }]
  })
}
