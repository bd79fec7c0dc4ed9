"""Decision tables as people edit them: sheets, drafts, checks, trials, versions, what-ifs."""
