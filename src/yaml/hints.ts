// Advice added to an error when the line at fault shows a common mistake. The conditions are Ansible's
// (errors/__init__.py), the advice is in our own words.

export const DICT_HINT = `A second "{" was found where a mapping may start: YAML cannot tell a template from a mapping.
Quote the whole value:

    path: "{{ base }}/file"
`
export const UNQUOTED_VARIABLE_HINT = `A value that begins with a template needs quotes, or YAML takes "{{" for the start of a mapping:

    with_items:
      - "{{ packages }}"
`
export const UNQUOTED_COLON_HINT = `There is a second colon in this line, and YAML expects one only. Put quotes around the part with the
colon, or around everything after the first colon:

    copy: 'src=a dest=/srv/a:b'
`
export const PARTIALLY_QUOTED_HINT = `The value begins with a quote but goes on after the closing one. Put a second kind of quotes around all of it:

    when: '"ok" in result.stdout'
`
export const UNBALANCED_QUOTES_HINT = `The quotes in this line do not pair up. A value that begins with a quote must end with the same quote:

    title: '"first" "second"'
`
export const TAB_HINT = `There is a tab character in this line. YAML indents with spaces only: replace tabs with spaces.
`
export const SHORTHAND_HINT = `Both 'k=v' shorthand and YAML are used in this task. Only one of the two may be used.
`
