resource "aws_sns_topic" "cell_2" {
  name = "cell-2"
}

resource "aws_sqs_queue" "cell_1" {
  name = "cell-1"
}

resource "aws_sns_topic_subscription" "cell_1" {
  topic_arn = aws_sns_topic.cell_2.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.cell_1.arn
}
