"""The course as a static site: lessons to read, and to work in without installing anything."""
