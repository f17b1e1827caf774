resource "kubernetes_secret" "cell_1" {
  metadata {
    name      = "database"
    namespace = "app"
  }

  binary_data = {
    dsn = "cG9zdGdyZXM6Ly9hcHBAcG9zdGdyZXMtY2VsbC0yLXByaW1hcnkuaW50ZXJuYWwvYXBw"
  }
}
