import Blueprint
public import Diagnostics

public enum ObjectMadeTwice: Rule {
  public static let about = About(
    "CR0505", "Two releases make the same object",
    why: """
      An object belongs to one release, which changes it and in the end deletes it. With two, each deployment undoes what
      the other wrote, and deleting one release takes the object from the other. Namespaces are the exception: releases
      share them.
      """,
    broken: """
      apps:
        web:
          namespace: home
          image: docker.io/library/nginx:1.27
          port: 80
        proxy:
          namespace: home
          manifests:
            - apiVersion: v1
              kind: Service
              metadata: {name: web}
              spec: {selector: {app: web}, ports: [{port: 80}]}
      """,
    mended: """
      apps:
        web:
          namespace: home
          image: docker.io/library/nginx:1.27
          port: 80
        proxy:
          namespace: home
          manifests:
            - apiVersion: v1
              kind: Service
              metadata: {name: proxy}
              spec: {selector: {app: web}, ports: [{port: 80}]}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    var first: [String: KnownObject] = [:]
    return subject.objects.all.filter { $0.kind != "Namespace" }.compactMap { object in
      let group = object.group
      let id = "\(group)/\(object.kind)/\(object.namespace ?? "")/\(object.name)"
      guard let other = first[id] else {
        first[id] = object
        return nil
      }
      let place = object.namespace.map { " in the namespace '\($0)'" } ?? ""
      return problem(
        object.release == other.release
          ? "'\(object.release)' makes the \(object.kind) '\(object.name)'\(place) twice"
          : "'\(object.release)' makes the \(object.kind) '\(object.name)'\(place), as '\(other.release)' does",
        at: object.span, related: [.init("first here", at: other.span)],
        fix: "give one of them another name, or keep it in one place")
    }
  }
}
