import Blueprint
public import Diagnostics

public enum NobodyCanDecrypt: Rule {
  public static let about = About(
    "CR0705", "Secrets that nobody can read",
    why: """
      SOPS encrypts for the age keys under `secrets.recipients`. Without one there is nobody to encrypt for.
      """,
    broken: """
      secrets: {backend: sops}
      """,
    mended: """
      secrets:
        backend: sops
        recipients: [age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let secrets = subject.blueprint.secrets, secrets.backend == .sops, secrets.recipients.isEmpty else {
      return []
    }
    return [
      problem(
        "secrets are encrypted with SOPS, and 'recipients' is empty", at: secrets.span,
        fix: "'croft secrets init' makes a key and adds its recipient")
    ]
  }
}
