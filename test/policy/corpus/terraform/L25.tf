provider "kubernetes" {
  alias = "cell_2"
  host  = "https://cell-2.eks.example.com"
}

resource "kubernetes_deployment" "cell_1" {
  provider = kubernetes.cell_2

  metadata {
    name      = "cell-1-app"
    namespace = "app"
  }

  spec {
    selector {
      match_labels = { app = "app" }
    }

    template {
      metadata {
        labels = { app = "app" }
      }

      spec {
        container {
          name  = "app"
          image = "example.com/app:1.0.0"
        }
      }
    }
  }
}
