resource "aws_elasticache_cluster" "shared" {
  cluster_id      = "shared"
  engine          = "memcached"
  node_type       = "cache.t4g.small"
  num_cache_nodes = 1
}

resource "aws_lambda_function" "cell_1" {
  function_name = "cell-1-worker"
  role          = "arn:aws:iam::123456789012:role/cell-1-worker"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"

  environment {
    variables = {
      CACHE = aws_elasticache_cluster.shared.cluster_address
    }
  }
}

resource "aws_lambda_function" "cell_2" {
  function_name = "cell-2-worker"
  role          = "arn:aws:iam::123456789012:role/cell-2-worker"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"

  environment {
    variables = {
      CACHE = aws_elasticache_cluster.shared.cluster_address
    }
  }
}
