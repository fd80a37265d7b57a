"""The commands of the workbench, one module for each place where they belong."""
