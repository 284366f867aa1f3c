"""What is made from code for people and programs: reference pages, JSON Schemas, and the self-test of the law."""
