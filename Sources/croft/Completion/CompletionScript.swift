/// What a shell sources to complete croft's command lines. The shell asks croft itself each time, so a script never
/// falls behind the specs.
enum CompletionScript: String, Sendable, CaseIterable {
  case bash
  case zsh
  case fish

  var text: String {
    switch self {
    case .bash: Self.bashText
    case .zsh: Self.zshText
    case .fish: Self.fishText
    }
  }

  private static let bashText = #"""
    # Completion of croft for bash. To have it in every shell:
    #   croft completion bash > ~/.local/share/bash-completion/completions/croft
    _croft() {
      local line program=${COMP_WORDS[0]/#\~/$HOME}
      COMPREPLY=()
      while IFS= read -r line; do
        case $line in
          :files) compopt -o default; return ;;
          :folders) compopt -o dirnames; return ;;
          *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
      done < <("$program" __complete bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    }
    complete -F _croft croft
    """#

  private static let zshText = #"""
    #compdef croft
    # Completion of croft for zsh. To have it in every shell, put it into a folder of $fpath:
    #   croft completion zsh > ~/.zfunc/_croft
    _croft() {
      local line
      local -a candidates
      while IFS= read -r line; do
        case $line in
          :files) _files; return ;;
          :folders) _files -/; return ;;
          *) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
        esac
      done < <("${(e)words[1]}" __complete zsh -- "${(@)words[2,CURRENT]}" 2>/dev/null)
      _describe -V croft candidates
    }
    if [[ "${funcstack[1]}" == _croft ]]; then _croft "$@"; else compdef _croft croft; fi
    """#

  private static let fishText = #"""
    # Completion of croft for fish. To have it in every shell:
    #   croft completion fish > ~/.config/fish/completions/croft.fish
    function __croft_complete
      set -l words (commandline -opc)
      set -l current (commandline -ct)
      test -n "$current"; or set current ''
      for line in ($words[1] __complete fish -- $words[2..-1] $current 2>/dev/null)
        switch $line
          case :files
            __fish_complete_path $current
          case :folders
            __fish_complete_directories $current
          case '*'
            printf '%s\n' $line
        end
      end
    end
    complete -c croft -f -a '(__croft_complete)'
    """#
}
