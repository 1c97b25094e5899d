import Blueprint
import Digest

/// What an image of Talos holds besides Talos: system extensions, kernel arguments, a board's overlay. The Image Factory
/// knows it by the digest of this text, so that no one has to be asked
/// (https://github.com/siderolabs/image-factory, `pkg/schematic`).
struct TalosSchematic: Equatable {
  var extensions: [String]
  var kernelArgs: [String]
  var isRaspberryPi: Bool

  init(_ blueprint: Blueprint, _ node: NodeSpec) {
    let talos = blueprint.kubernetes?.talos
    extensions = Self.unique((talos?.extensions ?? []) + (node.talos?.extensions ?? []))
    kernelArgs = Self.unique((talos?.kernelArgs ?? []) + (node.talos?.kernelArgs ?? []))
    isRaspberryPi = node.hardware.model?.lowercased().hasPrefix("rpi") ?? false
  }

  private static func unique(_ words: [String]) -> [String] {
    words.enumerated().filter { words.firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }

  /// The text that is digested: its order and its spaces count.
  var text: String {
    var text = ""
    if isRaspberryPi { text += "overlay:\n    image: siderolabs/sbc-raspberrypi\n    name: rpi_generic\n" }
    if kernelArgs.isEmpty, extensions.isEmpty { return text + "customization: {}\n" }
    text += "customization:\n"
    if !kernelArgs.isEmpty { text += "    extraKernelArgs:\n" + Self.list(kernelArgs, indent: 8) }
    if !extensions.isEmpty {
      text += "    systemExtensions:\n        officialExtensions:\n" + Self.list(extensions, indent: 12)
    }
    return text
  }

  private static func list(_ words: [String], indent: Int) -> String {
    words.map { String(repeating: " ", count: indent) + "- \($0)\n" }.joined()
  }

  var id: String { SHA256.hex(Array(text.utf8)) }
}
