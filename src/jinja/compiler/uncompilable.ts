// A template that Jinja2 parses but whose Python code Python refuses (a repeated keyword argument, `break` outside a
// loop). Ansible then leaves the text as it is (Templar.do_template: `except Exception: return data`).

export class UncompilableTemplate extends Error {}
