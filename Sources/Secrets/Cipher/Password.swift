public import Redaction

/// Passwords that nobody has to remember.
public enum Password {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

  /// Letters and digits, each as likely as every other.
  /// - Parameter isLowercase: without capitals.
  public static func random(_ length: Int, isLowercase: Bool = false) -> Secret<String> {
    let letters = isLowercase ? Array(letters.dropFirst(26)) : letters
    var text: [UInt8] = []
    while text.count < length {
      // Bytes beyond the last whole round of letters would make the first letters likelier.
      let fair = 256 / letters.count * letters.count
      text += Random.bytes(length).filter { Int($0) < fair }.map { letters[Int($0) % letters.count] }
    }
    return Secret(String(decoding: text.prefix(length), as: UTF8.self))
  }
}
