resource "aws_launch_template" "cell_1" {
  name      = "cell-1"
  user_data = "IyEvYmluL3NoCnJlZGlzLWNsaSAtaCByZWRpcy1jZWxsLTItMC5pbnRlcm5hbCBwaW5nCg=="
}
