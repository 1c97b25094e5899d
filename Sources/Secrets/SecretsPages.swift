public import Diagnostics

/// The pages of the codes that `croft secrets check` gives.
public enum SecretsPages {
  public static let all = [
    Page(
      "CR1001", "A secret file that cannot be decrypted",
      body: """
        The file cannot be read, is no file of SOPS, is encrypted for keys that are not at hand, or holds a value that \
        does not fit its place. The message says which. Keys are looked for as SOPS does: `SOPS_AGE_KEY`, the file that \
        `SOPS_AGE_KEY_FILE` names, and `~/.config/sops/age/keys.txt`.

        Where you are no recipient, ask one to add your public key under `secrets.recipients` in the cluster file and \
        to run `croft secrets rotate`.
        """),
    Page(
      "CR1002", "A secret file with a wrong signature",
      body: """
        Every file ends with a message authentication code over its values and their order. It does not match: a value \
        was changed, added, removed or moved by somebody without a key, or two versions of the file were merged by hand. \
        Croft does not use such a file.

        Take the last good version from Git. To merge two versions, decrypt both and use `croft secrets edit`.
        """),
    Page(
      "CR1003", "A plain file among the secrets",
      body: """
        A file in `secrets/` is not encrypted, or its name does not say that it is: `NAME.sops.yaml`. Encrypt it before \
        it is committed. What has been committed in plain is no secret any more: make new passwords and keys.
        """),
    Page(
      "CR1004", "A secret file with other recipients than named",
      body: """
        The file is encrypted for other keys than those of `.sops.yaml`, or where there is none those under \
        `secrets.recipients` in the cluster file. Somebody who should cannot read it, or somebody who should no longer \
        still can. `croft secrets rotate` makes a new data key and encrypts it for the recipients that are named.

        Whoever could read an old version can still read that one in Git. Change the passwords too.
        """),
    Page(
      "CR1005", "A secret that is due",
      body: """
        `secrets/rotation.yaml` says when a value was changed and how long it is good, or when it expires. That day has \
        come, or is at most 14 days away. Make a new value where it comes from, then `croft secrets set NAME KEY`, which \
        notes the day, and `croft deploy`.
        """),
    Page(
      "CR1006", "Dates for a secret that is not there",
      body: """
        An entry of `secrets/rotation.yaml` names a secret or a key that no file has. Mend the name, or remove the entry.
        """),
    Page(
      "CR1007", "Dates that cannot be read",
      body: """
        `secrets/rotation.yaml` holds for each secret, and for each of its keys, `changed` (a day) and `every` (`90d`, \
        `12w`, `1y`), or `expires` (a day):

        ```yaml
        tailscale:
          authkey: {changed: 2026-08-24, every: 90d}
          oauth: {expires: 2027-01-31}
        ```
        """),
    Page(
      "CR1008", "A private key that others can read",
      body: """
        The file with the private key can be read by other users of this machine, or by its group. `chmod 600` takes \
        that away. `croft secrets init` makes the file with that mode.
        """),
  ]
}
