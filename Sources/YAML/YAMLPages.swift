public import Diagnostics

/// The pages of ``YAMLError``'s codes, for `croft explain`.
public enum YAMLPages {
  public static let all: [Page] = structure + characters + meaning

  private static let structure = [
    Page(
      "CR0101", "The file is not YAML",
      """
      The structure of the file cannot be read: an indentation that belongs to nothing, a ':' where no key is, a list \
      element among the keys of a mapping. Croft reads YAML 1.2 with libyaml.

      What is reported is the place where reading stopped. The mistake is there or on the line above: an indentation \
      that differs by one space, a missing quote, a value that holds ': '.
      """,
      broken: "nodes:\n  - name: cow\n   role: worker", mended: "nodes:\n  - name: cow\n    role: worker"),
    Page(
      "CR0102", "A tab in the indentation",
      """
      YAML indents with spaces only, because a tab is as wide as each editor wants it. Tabs inside values and before \
      comments are fine.

      Most editors can replace tabs with spaces: `expand -t 2 cluster.yaml`, or the setting "insert spaces".
      """,
      broken: "network:\n\trouter: 192.168.1.1", mended: "network:\n  router: 192.168.1.1"),
    Page(
      "CR0105", "A key given twice",
      """
      A mapping has each key once. Many readers of YAML take the last of two and say nothing, so half of a file can \
      be without effect; Croft points at both.

      Keep one of the two. Where two parts of a file describe the same thing, put them together.
      """,
      broken: "domain: a.example.net\nname: home\ndomain: b.example.net", mended: "domain: b.example.net\nname: home"),
    Page(
      "CR0111", "A key that is no single value",
      """
      A key is a name. A list or mapping in its place usually comes from a template whose braces were not quoted: \
      `{{ name }}` is, for YAML, a mapping inside a mapping.
      """,
      broken: "name: {{ name }}", mended: "name: \"{{ name }}\""),
    Page(
      "CR0113", "A quote or bracket that is never closed",
      """
      A text in quotes ends with the same quote, a list with ']' and a mapping in braces with '}'; between their \
      elements stand commas. Both places are reported: where it starts, and where it should have ended.
      """,
      broken: "addresses: [192.168.1.10, 192.168.1.11\nname: cow",
      mended: "addresses: [192.168.1.10, 192.168.1.11]\nname: cow"),
    Page(
      "CR0114", "A value that needs quotes",
      """
      Some characters mean something to YAML when a value starts with them: '@' and '`' are reserved, '&' and '*' \
      name anchors and aliases, '%' starts a directive. In quotes they are text.
      """,
      broken: "user: @admin", mended: "user: \"@admin\""),
    Page(
      "CR0115", "An escape that does not exist",
      """
      In double quotes, '\\' starts an escape: \\n, \\t, \\", \\\\, \\x41, \\u00e9. In single quotes it is an ordinary \
      character, which suits regular expressions and paths.
      """,
      broken: "pattern: \"\\d+\"", mended: "pattern: '\\d+'"),
  ]

  private static let characters = [
    Page(
      "CR0103", "The file is not UTF-8",
      body: """
        Croft reads files in UTF-8. This one holds bytes that are not, or starts as UTF-16 does: it was saved by an \
        editor with another setting, or came from another system.

        Convert it: `iconv -f UTF-16 -t UTF-8 old.yaml > cluster.yaml`, or `-f WINDOWS-1252` for a file with accented \
        letters from Windows. A byte order mark at the start of a UTF-8 file does no harm.
        """),
    Page(
      "CR0104", "A control character in the file",
      body: """
        YAML holds printable characters, tabs and line breaks. Others, such as a bell, an escape sequence of a terminal \
        or a byte order mark inside the file, come in unseen when text is copied from elsewhere, and make two values \
        that look the same differ.

        Delete it. Where it is meant, write it as an escape in double quotes: `"\\x1B[1m"`.
        """),
    Page(
      "CR0108", "The file is nested too deeply",
      body: """
        More levels of lists and mappings inside each other than any cluster needs (128, aliases followed). Usually \
        brackets were never closed, or an alias repeats something that holds aliases again and again.

        The limit keeps a damaged or hostile file from using up the memory of the machine that reads it.
        """),
    Page(
      "CR0109", "The file is too large",
      body: """
        The file has more bytes or values than Croft reads at once, or its aliases unfold to far more values than are \
        written. A few lines of aliases of aliases can unfold to gigabytes; Croft counts what they stand for and stops.

        Split the file: `apps/*.yaml` hold the same keys as `cluster.yaml`. Write repeated values out where aliases \
        multiply them.
        """),
  ]

  private static let meaning = [
    Page(
      "CR0106", "An alias without its anchor",
      """
      `*name` repeats the value that `&name` marks. The anchor has to come before the alias, in the same document.

      Where the value is no alias but text that starts with '*', put it in quotes.
      """,
      broken: "a: &small {cpu: 100m}\nb: *smal", mended: "a: &small {cpu: 100m}\nb: *small"),
    Page(
      "CR0107", "An alias inside the value that it repeats",
      """
      A value that contains itself would have no end. Repeat a part that does not hold the alias.
      """,
      broken: "a: &a\n  b: *a", mended: "a: &a\n  b: 1\nc: *a"),
    Page(
      "CR0110", "A tag that is not known or does not fit",
      """
      A tag such as `!!str` says how to read a value. Croft knows !!str, !!int, !!float, !!bool, !!null, !!binary, \
      !!seq and !!map, and refuses a value that is not what its tag says. The tags of other programs, such as !vault or \
      !Ref, mean nothing here; ignoring them would use a wrong value.
      """,
      broken: "name: home\nreplicas: !!int two", mended: "name: home\nreplicas: 2"),
    Page(
      "CR0112", "A merge of something that is no mapping",
      """
      `<<` takes the keys of another mapping, or of several in a list, into this one; keys that are written here win. \
      What follows it is usually an alias: `<<: *defaults`.
      """,
      broken: "a: &a {cpu: 100m}\nb:\n  <<: a\n  memory: 1Gi",
      mended: "a: &a {cpu: 100m}\nb:\n  <<: *a\n  memory: 1Gi"),
  ]
}
