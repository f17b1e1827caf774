resource "aws_iam_openid_connect_provider" "cell_2" {
  url            = "https://oidc.eks.eu-west-1.amazonaws.com/id/22222222222222222222222222222222"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "cell_1" {
  name = "cell-1"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.cell_2.arn }
    }]
  })
}
