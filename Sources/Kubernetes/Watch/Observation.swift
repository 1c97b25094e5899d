/// What an observer of a kind learns, in order.
public enum Observation: Sendable {
  /// Everything that is there: at the start, and again whenever changes may have been missed. What was known before
  /// and is not in it is gone.
  case snapshot([Object])
  /// New or changed.
  case changed(Object)
  /// Its last state.
  case deleted(Object)
  /// The connection is lost and is being made again, with the reason for people. What is known may be old.
  case interrupted(String)
}
