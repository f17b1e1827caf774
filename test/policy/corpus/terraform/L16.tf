resource "kubernetes_service" "cell_1" {
  metadata {
    name      = "cache"
    namespace = "app"
  }

  spec {
    type          = "ExternalName"
    external_name = "redis-cell-2-0.internal"
  }
}
