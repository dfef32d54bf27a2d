#compdef sqlambda
# Completion of sqlambda for zsh: source <(sqlambda completion zsh)
_sqlambda() {
    local line
    local -a values
    for line in ${(f)"$("$words[1]" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
        case $line in
            :files) compset -P '--*='; _files ;;
            :folders) compset -P '--*='; _files -/ ;;
            *) values+=("${${line//:/\\:}/$'\t'/:}") ;;
        esac
    done
    (( $#values )) && _describe -t values sqlambda values
}
# In a folder of $fpath, this file is the body of the function itself.
if [[ $funcstack[1] == _sqlambda ]]; then _sqlambda "$@"; else compdef _sqlambda sqlambda; fi
