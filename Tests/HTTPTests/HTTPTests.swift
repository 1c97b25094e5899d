import Testing

/// One after the other: each test has servers of its own and some measure time.
@Suite(.serialized, .timeLimit(.minutes(1))) enum HTTPTests {}
