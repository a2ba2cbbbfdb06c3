"""The pages anybody can open, a module for each subject."""
