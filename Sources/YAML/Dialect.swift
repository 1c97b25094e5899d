/// Whose rules a stream is read by.
public enum Dialect: Sendable {
  /// YAML 1.2 with its core schema; a key given twice is refused. For files of Croft's own.
  case core
  /// As `kubectl` and `helm` read: YAML 1.1's truth values and numbers (`yes`, `0644` is octal), keys that look like
  /// those in their canonical form, and of a key given twice the last. For manifests, values files, what charts and
  /// kustomizations render, and kubeconfigs.
  ///
  /// The rules are those of sigs.k8s.io/yaml, as `helm template` 4.1 shows them.
  case kubernetes
}
