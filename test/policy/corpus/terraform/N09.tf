resource "aws_iam_role_policy" "cell_1" {
  name = "cell-1"
  role = "cell-1-worker"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::log-archive/cell-1/*" }]
  })
}
