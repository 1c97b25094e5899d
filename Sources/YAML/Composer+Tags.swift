import Diagnostics

extension Composer {
  /// The tag that the scalar keeps.
  mutating func scalarTag(_ tag: String?, text: String, at place: SourceSpan) throws(Stop) -> String? {
    guard let tag else { return nil }
    if tag == "!" { return CoreSchema.prefix + "str" }
    let name = tag.hasPrefix(CoreSchema.prefix) ? String(tag.dropFirst(CoreSchema.prefix.count)) : ""
    let expected: String
    switch name {
    case "str": return tag
    case "null" where CoreSchema.isNull(text): return tag
    case "bool" where CoreSchema.bool(text) != nil: return tag
    case "int" where CoreSchema.int(text) != nil: return tag
    case "float" where CoreSchema.number(text) != nil: return tag
    case "binary" where Base64.text(text) != nil: return tag
    case "null": expected = "nothing, 'null' or '~'"
    case "bool": expected = "'true' or 'false'"
    case "int": expected = "a whole number"
    case "float": expected = "a number"
    case "binary": expected = Base64.bytes(text) == nil ? "base 64" : "the base 64 of UTF-8 text"
    default:
      try unknownTag(tag, at: place)
      return nil
    }
    try note(
      YAMLError(
        "CR0110", "the tag '!!\(name)' wants \(expected)", at: place, fix: "mend the value, or remove the tag"))
    return nil
  }

  mutating func collectionTag(_ tag: String?, expected: String, at place: SourceSpan) throws(Stop) {
    guard let tag, tag != "!", tag != CoreSchema.prefix + expected else { return }
    try unknownTag(tag, at: place)
  }

  private mutating func unknownTag(_ tag: String, at place: SourceSpan) throws(Stop) {
    let shown = tag.hasPrefix(CoreSchema.prefix) ? "!!" + tag.dropFirst(CoreSchema.prefix.count) : tag
    try note(
      YAMLError(
        "CR0110", "the tag '\(shown)' is not known, or does not fit this value", at: place,
        fix: "remove it; known are !!str, !!int, !!float, !!bool, !!null, !!binary, !!seq and !!map, each on its kind"))
  }
}
