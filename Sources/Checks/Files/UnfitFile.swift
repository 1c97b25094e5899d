import Blueprint
public import Diagnostics

public enum UnfitFile: Rule {
  public static let about = About(
    "CR0513", "A file or folder that is not what is needed there",
    why: """
      A chart is a folder with a `Chart.yaml`, a kustomization a folder with a `kustomization.yaml`, values are a file, and
      a folder of manifests has at least one `.yaml` or `.yml` file.
      """,
    broken: """
      apps:
        web:
          namespace: web
          kustomize: web
      """,
    mended: """
      apps:
        web:
          namespace: web
          manifests: [web]
      """,
    files: ["web/configmap.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"])

  public static func check(_ subject: Subject) -> [Diagnostic] {
    FileReference.all(in: subject.blueprint).compactMap { reference in
      guard let complaint = complaint(reference, subject.files) else { return nil }
      return problem("'\(reference.path)' \(complaint.seen)", at: reference.span, fix: complaint.fix)
    }
  }

  private static func complaint(_ reference: FileReference, _ files: ClusterFiles) -> (seen: String, fix: String)? {
    let entry = files.entry(reference.path)
    var names: [String] = []
    switch entry {
    case .nothing: return nil
    case .unreadable(let reason): return ("cannot be read: \(reason)", "give your user the right to read it")
    case .file: break
    case .folder:
      guard let list = files.names(in: reference.path) else {
        return ("cannot be read", "give your user the right to read the folder")
      }
      names = list
    }
    switch reference.need {
    case .chart:
      if entry == .file, reference.path.hasSuffix(".tgz") { return nil }
      return names.contains("Chart.yaml")
        ? nil : ("is no chart: it has no 'Chart.yaml'", "name the folder that holds the chart's 'Chart.yaml'")
    case .kustomization:
      return names.contains { ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains($0) }
        ? nil
        : (
          "is no kustomization: it has no 'kustomization.yaml'",
          "name the folder of a 'kustomization.yaml', or use 'manifests' for plain files"
        )
    case .values:
      return entry == .file ? nil : ("is a folder, and values are a file", "name a YAML file")
    case .manifests:
      return entry == .file || hasManifest(reference.path, files)
        ? nil : ("has no manifest in it", "name a folder with '.yaml' or '.yml' files")
    }
  }

  private static func hasManifest(_ folder: String, _ files: ClusterFiles) -> Bool {
    (files.names(in: folder) ?? []).contains { name in
      files.entry("\(folder)/\(name)") == .folder
        ? hasManifest("\(folder)/\(name)", files) : Manifests.isManifest(name)
    }
  }
}
