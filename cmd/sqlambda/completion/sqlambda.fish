# Completion of sqlambda for fish: sqlambda completion fish | source
function __sqlambda_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # A file after --flag= is completed apart from the flag.
    set -l flag (string match -r -- '^--[^=]*=' $current; or echo '')
    set -l rest (string replace -r -- '^--[^=]*=' '' $current)
    for line in ($words[1] __complete $words[2..] "$current" 2>/dev/null)
        switch $line
            case :files
                printf '%s\n' $flag(__fish_complete_path "$rest")
            case :folders
                printf '%s\n' $flag(__fish_complete_directories "$rest")
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c sqlambda -f -a '(__sqlambda_complete)'
