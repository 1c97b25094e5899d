import JSON

/// A value of a component's file, with references in it.
indirect enum Template: Sendable {
  case constant(JSON)
  /// A whole value: it keeps its type, and is left out where there is none.
  case reference(Reference)
  /// References in a text, or one that is tagged `!!str`.
  case text([Piece])
  case list([Template])
  case mapping([Member], when: Condition?)

  enum Piece: Sendable {
    case literal(String)
    case reference(Reference)
  }

  struct Member: Sendable {
    var key: String
    var value: Template
  }

  /// What `$when` says: all of it must hold.
  struct Condition: Sendable {
    struct Term: Sendable {
      var reference: Reference
      /// `nil`: it is there, and is neither `false` nor empty.
      var value: JSON?
    }
    var terms: [Term]
  }
}

// MARK: Filling

extension Template {
  /// - Parameter lacking: gets what a text needs and nobody says.
  /// - Returns: `nil` for what is left out.
  func filled(with values: ReferenceValues, lacking: inout [Reference]) -> JSON? {
    switch self {
    case .constant(let value): return value
    case .reference(let reference): return values.value(of: reference)
    case .text(let pieces):
      var text = ""
      for piece in pieces {
        switch piece {
        case .literal(let literal): text += literal
        case .reference(let reference):
          if let value = values.value(of: reference) {
            text += value.string ?? value.text
          } else if !lacking.contains(reference) {
            lacking.append(reference)
          }
        }
      }
      return .string(text)
    case .list(let elements): return .array(elements.compactMap { $0.filled(with: values, lacking: &lacking) })
    case .mapping(let members, let condition):
      if let condition, !condition.holds(values) { return nil }
      var object = JSONObject()
      for member in members {
        if let value = member.value.filled(with: values, lacking: &lacking) { object.append(member.key, value) }
      }
      return .object(object)
    }
  }
}

extension Template.Condition {
  func holds(_ values: ReferenceValues) -> Bool {
    terms.allSatisfy { term in
      let value = values.value(of: term.reference)
      if let wanted = term.value { return value == wanted }
      return switch value {
      case nil, .null, .bool(false), .string(""), .array([]): false
      case .object(let object): !object.isEmpty
      default: true
      }
    }
  }
}
