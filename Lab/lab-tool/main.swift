import Lab

try await withControlPlane { plane in
  print("KUBECONFIG=\(plane.kubeconfigPath)")
  while readLine() != nil {}
}
