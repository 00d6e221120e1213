"""What every generated SDK carries. Written by hand; copied whole. Its public names are re-exported by the package."""
