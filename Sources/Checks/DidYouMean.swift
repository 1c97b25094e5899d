import Diagnostics

/// The fix for a name that is nearly another one; `nil` where none is near.
func didYouMean(_ word: String, among candidates: [String]) -> String? {
  Suggestion.nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
}
