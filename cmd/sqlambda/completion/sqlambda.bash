# Completion of sqlambda for bash: source <(sqlambda completion bash)
_sqlambda() {
    local current=${COMP_WORDS[COMP_CWORD]} line
    # bash takes --flag=value apart: --flag, =, value.
    [[ $current == '=' ]] && current=
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files | :folders)
                compopt -o filenames 2>/dev/null
                local kind=-f
                [[ $line == :folders ]] && kind=-d
                while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$kind" -- "$current")
                ;;
            *)
                printf -v line '%q' "${line%%$'\t'*}"
                COMPREPLY+=("$line")
                ;;
        esac
    done < <("$1" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _sqlambda sqlambda
