"""A firm's settings, and what they name: folders, the logo, and the passwords of workbooks."""
