import Testing

struct NetworkTests {
  @Test(arguments: services) func serviceRule(_ this: StatusCase) throws { try this.check() }
  @Test(arguments: ingresses) func ingressRule(_ this: StatusCase) throws { try this.check() }

  static let services = [
    StatusCase("no type", "kind: Service", is: "ready"),
    StatusCase("node port", "{kind: Service, spec: {type: NodePort}}", is: "ready"),
    StatusCase("external name", "{kind: Service, spec: {type: ExternalName, externalName: a.example}}", is: "ready"),
    StatusCase("headless", "{kind: Service, spec: {clusterIP: None}}", is: "ready"),
    StatusCase("no cluster IP", "{kind: Service, spec: {type: LoadBalancer}}", is: "progressing NoIPAssigned"),
    StatusCase(
      "no address", balanced("status: {loadBalancer: {}}"),
      is: "progressing NoLoadBalancerAddress: no load balancer has given it an address"),
    StatusCase(
      "an address without value", balanced("status: {loadBalancer: {ingress: [{ports: []}]}}"),
      is: "progressing NoLoadBalancerAddress"),
    StatusCase("an IP", balanced("status: {loadBalancer: {ingress: [{ip: 192.168.14.40}]}}"), is: "ready"),
    StatusCase("a host name", balanced("status: {loadBalancer: {ingress: [{hostname: lb.example}]}}"), is: "ready"),
    StatusCase(
      "the load balancer says why not",
      balanced(
        """
        status:
          loadBalancer: {}
          conditions:
          - type: cilium.io/IPAMRequestSatisfied
            status: "False"
            reason: no_pool
            message: There are no enabled CiliumLoadBalancerIPPools that match this service
        """), is: "progressing no_pool: There are no enabled CiliumLoadBalancerIPPools that match this service"),
    StatusCase(
      "a class of load balancer",
      "{kind: Service, spec: {type: LoadBalancer, clusterIP: 10.43.0.9, loadBalancerClass: tailscale}}",
      is: "progressing NoLoadBalancerAddress: no load balancer (class tailscale) has given it an address"),
    StatusCase(
      "being deleted", "{kind: Service, metadata: {deletionTimestamp: \"2024-05-01T12:00:00Z\"}}", is: "terminating"),
  ]

  static let ingresses = [
    StatusCase(
      "no address", "{kind: Ingress, apiVersion: networking.k8s.io/v1, spec: {ingressClassName: traefik}}",
      is: "progressing NoLoadBalancerAddress: the controller of ingress class traefik has not published an address "
        + "for it"),
    StatusCase(
      "no address, no class",
      "{kind: Ingress, apiVersion: networking.k8s.io/v1, status: {loadBalancer: {ingress: []}}}",
      is: "progressing NoLoadBalancerAddress: no ingress controller has published an address for it"),
    StatusCase(
      "an address",
      "{kind: Ingress, apiVersion: networking.k8s.io/v1, status: {loadBalancer: {ingress: [{ip: 192.168.14.40}]}}}",
      is: "ready"),
    StatusCase(
      "a controller that never publishes one",
      "{kind: Ingress, apiVersion: networking.k8s.io/v1, metadata: {annotations: {croft.dev/ready: exists}}}",
      is: "ready"),
    StatusCase(
      "the old group", "{kind: Ingress, apiVersion: extensions/v1beta1}", is: "progressing NoLoadBalancerAddress"),
  ]

  static func balanced(_ rest: String) -> String {
    "kind: Service\nspec: {type: LoadBalancer, clusterIP: 10.43.0.9}\n\(rest)"
  }
}
