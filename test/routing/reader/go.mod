module reader

go 1.23
