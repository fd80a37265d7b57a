"""The workbench in a browser on this computer: who may come in, the page, and a process for each window."""
