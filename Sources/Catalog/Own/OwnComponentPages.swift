public import Diagnostics

/// The pages of the codes that reading a component of the user's own gives, for `croft explain`.
///
/// Examples leave out a file's first five lines: apiVersion, kind, name, summary and chart.
public enum OwnComponentPages {
  public static let all: [Page] = [
    Page(
      "CR0231", "A reference that leads nowhere",
      """
      In a component of your own, what stands between `${` and `}` is one of its options, `${options.title}`, or \
      something that the cluster file says elsewhere, such as `${cluster.domain}`; docs/own-components.md lists what \
      there is. Where a chart wants these characters themselves, as scripts and dashboards do, a second dollar sign \
      says so: `$${HOME}` becomes `${HOME}`.
      """,
      broken:
        "options:\n  title: {type: string, default: Home, description: What it is called.}\nvalues:\n  title: ${options.titel}",
      mended:
        "options:\n  title: {type: string, default: Home, description: What it is called.}\nvalues:\n  title: ${options.title}"
    ),
    Page(
      "CR0232", "A reference that cannot be a part of a text",
      """
      A reference that is a whole value keeps its type, and where it has no value the key is left out. In the middle of a \
      text there is room for neither a list nor nothing: the option there is a text, a number or a truth value, and has \
      a default, is required, or stands below a `$when` that asks for it.
      """,
      broken: "options:\n  host: {type: string, description: Where it is.}\nvalues:\n  url: https://${options.host}/",
      mended: """
        options:
          host: {type: string, description: Where it is.}
        values:
          link:
            $when: options.host
            url: https://${options.host}/
        """),
  ]
}
